package main

func showDoc(o *options) int    { return exitUsage }
func writeStubs(o *options) int { return exitUsage }
