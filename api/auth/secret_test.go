package auth

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestSecretsDoNotPrint prints what holds secrets in every way there is.
func TestSecretsDoNotPrint(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Admin)
	tokens := b.login(t, "ada")
	key, _, err := b.CreateKey(t.Context(), "scraper", Metrics, 0)
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := b.IssueTicket(tokens.Principal, desk)
	if err != nil {
		t.Fatal(err)
	}
	fresh := newBench(t)
	code, err := fresh.OpenPairing(Admin)
	if err != nil {
		t.Fatal(err)
	}
	planted := []string{
		tokens.Access.Reveal(), tokens.Refresh.Reveal(), key.Reveal(), ticket.Reveal(), code.Reveal(),
		string(b.keys.signer().Seed()), fmt.Sprint(b.keys.signer().Seed())[1:20], fmt.Sprintf("%x", b.keys.signer().Seed()),
		hashForm[:9],
	}
	hidden := struct{ secret Secret }{code} // fmt calls no methods of this one
	for _, value := range []any{
		tokens, &tokens, key,
		[]Secret{ticket},
		map[string]Secret{"code": code},
		hidden, &hidden, fresh.pairing.code,
		b.keys, *b.keys, b.users, b.apiKeys,
		Secret{},
	} {
		for what, text := range printed(t, value) {
			for i, secret := range planted {
				if secret != "" && strings.Contains(text, secret) {
					t.Errorf("%T by %s shows secret %d: %s", value, what, i, text)
				}
			}
		}
	}
	if got := fmt.Sprintf("%v %+v %#v %s %q %x %d", code, code, code, code, code, code, code); got != "*** *** *** *** *** *** ***" {
		t.Error(got)
	}
	if text, err := json.Marshal(tokens); err != nil || !strings.HasPrefix(string(text), `{"Access":"***","Refresh":"***",`) {
		t.Errorf("%s, error %v", text, err)
	}
	if NewSecret("word").Reveal() != "word" || (Secret{}).Reveal() != "" {
		t.Error("Reveal is wrong")
	}
}

func printed(t *testing.T, value any) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts[verb] = fmt.Sprintf(verb, value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	texts["JSON"] = string(text)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "value", value)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "value", value)
	texts["slog"] = log.String()
	return texts
}
