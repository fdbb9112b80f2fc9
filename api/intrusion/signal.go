package intrusion

import "strings"

// A Signal is a kind of evidence against an address.
type Signal uint8

// The signals. The first three are mistakes as often as attacks.
const (
	BadCredentials Signal = iota // password, pairing code, API key or token refused; evidence: what was presented. Not for a token of ours that has merely expired
	ScopeProbing                 // asked for what the role may not do; evidence: the route
	Malformed                    // oversize or malformed; evidence: the route
	ForgedToken                  // a key of ours is named but the signature is wrong, or the algorithm is none of ours; evidence: the token. A key we do not know is BadCredentials: it may be of an earlier installation
	BadHost                      // Host or Origin not allowed; evidence: the Host or Origin
	ScannerPath                  // see [IsScannerPath]; evidence: the path
	Honeytoken                   // a credential that exists only to be stolen
	signals
)

const mistakes = 1<<BadCredentials | 1<<ScopeProbing | 1<<Malformed

// Threshold is the weight that bans. MistakesWeigh bounds what mistakes add to
// it: with one forged token or scanner's path they reach it, with one bad Host
// they do not.
const (
	Threshold     = 10
	MistakesWeigh = 7
)

// weights: what is hostile whoever sends it weighs two or three times a mistake.
var weights = [signals]struct {
	name   string
	weight int
}{
	BadCredentials: {"bad-credentials", 1},
	ScopeProbing:   {"scope-probing", 1},
	Malformed:      {"malformed", 1},
	ForgedToken:    {"forged-token", 3},
	BadHost:        {"bad-host", 2},
	ScannerPath:    {"scanner-path", 3},
	Honeytoken:     {"honeytoken", 10},
}

// Weight returns what s adds to a score.
func (s Signal) Weight() int { return weights[s].weight }

// String returns the name of s, for logs and metrics.
func (s Signal) String() string { return weights[s].name }

func (s Signal) mistake() bool { return mistakes>>s&1 == 1 }

// What scanners ask for and this server never had: dynamic pages, by their
// suffix, and well-known prefixes of other products. A prefix ends at a path
// segment unless it ends in a dot or a hyphen itself.
var (
	scannerSuffixes = []string{
		".php", ".asp", ".aspx", ".jsp", ".jspa", ".do", ".action", ".cgi", ".cfm",
		".sql", ".bak", ".pem", ".key", ".swp", "/id_rsa", "/etc/passwd", "/win.ini",
	}
	scannerPrefixes = []string{
		"/.git", "/.svn", "/.hg", "/.env", "/.env.", "/.aws", "/.ssh", "/.docker", "/.kube", "/.vscode", "/.ds_store", "/.htaccess", "/.htpasswd",
		"/wp-", "/wordpress", "/phpmyadmin", "/pma", "/mysqladmin", "/adminer", "/administrator", "/joomla", "/drupal",
		"/cgi-bin", "/scripts", "/boaform", "/goform", "/hnap1", "/gponform", "/setup.cgi", "/shell", "/sdk",
		"/actuator", "/jenkins", "/solr", "/struts", "/manager/html", "/jmx-console", "/web-console", "/invoker", "/console/login",
		"/owa", "/ecp", "/autodiscover", "/remote/login", "/vpn", "/dana-na", "/global-protect", "/+cscoe+",
		"/vendor/phpunit", "/laravel", "/_ignition", "/telescope", "/server-status", "/server-info",
	}
)

// IsScannerPath tells whether a URL path is one that only scanners ask for:
// of a product that this server is not, or one that climbs out of the root.
func IsScannerPath(path string) bool {
	path = strings.ToLower(path)
	if strings.Contains(path, "/../") || strings.HasSuffix(path, "/..") || strings.ContainsRune(path, 0) {
		return true
	}
	for _, suffix := range scannerSuffixes {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	for _, prefix := range scannerPrefixes {
		rest, ok := strings.CutPrefix(path, prefix)
		if ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(prefix, "-") || strings.HasSuffix(prefix, ".")) {
			return true
		}
	}
	return false
}
