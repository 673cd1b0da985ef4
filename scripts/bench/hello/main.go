// Command hello is what a static Go program costs at the least: the bench compares starts with it.
package main

import "fmt"

func main() { fmt.Println(1) }
