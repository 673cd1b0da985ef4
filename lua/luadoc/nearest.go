package luadoc

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that name is most likely a misspelling of. A third of the letters may be wrong, one at
// least and three at most; a swap of neighbours counts as one, and case counts nothing. If there is none, a single
// candidate that name abbreviates will do. Equal ones are decided by the alphabet.
func Nearest(name string, candidates []string) (string, bool) {
	folded := strings.ToLower(name)
	n := utf8.RuneCountInString(folded)
	best, bestDistance := "", min(max(n/3, 1), 3, n-1)+1
	var longer []string
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		f := strings.ToLower(c)
		if n >= 3 && strings.HasPrefix(f, folded) && !slices.Contains(longer, c) {
			longer = append(longer, c)
		}
		d := distance(folded, f, bestDistance)
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
	}
	if best == "" && len(longer) == 1 {
		best = longer[0]
	}
	return best, best != ""
}

// distance is the number of insertions, deletions, replacements and swaps of neighbours between a and b, or some
// number over limit if there are more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
