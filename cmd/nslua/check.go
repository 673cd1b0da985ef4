package main

func checkFiles(o *options) int { return exitUsage }
