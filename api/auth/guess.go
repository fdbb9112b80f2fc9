package auth

import (
	"strings"
)

// leastUnguessable is how many characters of a password have to be none of what
// guessers try first.
const leastUnguessable = 5

// commonWords are words that people make passwords of. This is not a list of
// leaked passwords, and does not replace one: it is what a rule can say, with the
// sequences and repetitions below. A password that no rule finds weak but that is
// on such a list is accepted, and what protects it is the throttle.
var commonWords = strings.Fields(`
	spacetime solarsystem planetarium museum exhibit kiosk openxr headset
	password passwort passw0rd passphrase secret login welcome willkommen letmein access changeme default
	admin administrator operator maintainer viewer root user guest test demo master manager system server
	qwerty qwertz azerty iloveyou love sunshine princess monkey dragon shadow superman batman football baseball
	soccer hockey master ninja starwars pokemon pikachu trustno freedom whatever computer internet
	spring summer autumn winter monday tuesday wednesday thursday friday saturday sunday
	january february march april june july august september october november december
	michael jennifer jessica ashley daniel andrew thomas charlie jordan hunter george
	planet mercury venus earth mars jupiter saturn uranus neptune pluto galaxy universe rocket
	hello please company office home family flower cheese coffee orange banana purple yellow
`)

// walks are ways along the alphabet and keyboards; backwards counts as well.
var walks = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890",
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()",
}

// lookalike turns what people write for letters back into them.
var lookalike = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// unguessable counts the characters that are not part of a common word, the
// user's name, a year, a walk or a repetition.
func unguessable(password, user string) int {
	text := []rune(strings.ToLower(password))
	words := commonWords
	if len(user) >= 3 {
		words = append(words[:len(words):len(words)], user)
	}
	seen := map[string]bool{}
	count := 0
	for i := 0; i < len(text); {
		n := max(longestWord(text[i:], words), longestWalk(text[i:]), year(text[i:]), repeated(text, i))
		if n == 0 {
			n = 1
			if !seen[string(text[i])] { // the same again adds little
				seen[string(text[i])] = true
				count++
			}
		}
		i += n
	}
	return count
}

func longestWord(text []rune, words []string) (n int) {
	plain := string(text)
	read := lookalike.Replace(plain)
	for _, word := range words {
		if len(word) > n && (strings.HasPrefix(plain, word) || strings.HasPrefix(read, word)) {
			n = len(word)
		}
	}
	return n
}

// longestWalk is how far the text follows a walk, 0 for less than three steps.
func longestWalk(text []rune) (longest int) {
	for _, walk := range walks {
		longest = max(longest, along(text, walk, 1), along(text, walk, -1))
	}
	return longest
}

func along(text []rune, walk string, step int) int {
	for at := range walk {
		n := 0
		for i := at; n < len(text) && i >= 0 && i < len(walk) && text[n] == rune(walk[i]); i += step {
			n++
		}
		if n >= 3 {
			return n
		}
	}
	return 0
}

// year is 4 where the text goes on with 19xx or 20xx.
func year(text []rune) int {
	if len(text) < 4 || (string(text[:2]) != "19" && string(text[:2]) != "20") {
		return 0
	}
	for _, r := range text[2:4] {
		if r < '0' || r > '9' {
			return 0
		}
	}
	return 4
}

// repeated is how much of the text from i on was there before, 0 for less than
// three characters.
func repeated(text []rune, i int) (longest int) {
	for from := range i {
		n := 0
		for i+n < len(text) && text[from+n] == text[i+n] {
			n++
		}
		longest = max(longest, n)
	}
	if longest < 3 {
		return 0
	}
	return longest
}
