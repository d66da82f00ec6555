package main

import "fmt"

func sigmoid(x float64) float64 { return 1 / (1 + x) }

func main() {
	fmt.Println(sigmoid(0.5))
}
