---@meta
nft = {}
