package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// lanCommand is `spacectl lan`, which needs no running program.
type lanCommand struct {
	Enable  lanEnableCommand  `cmd:"" help:"Let other machines ask, by TLS."`
	Disable lanDisableCommand `cmd:"" help:"Let only this machine ask."`
	Status  lanStatusCommand  `cmd:"" help:"Say whether other machines may ask."`
}

// Where the API and the telemetry listen unless the settings say otherwise.
const (
	apiPort       = "8080"
	telemetryPort = "8081"
)

// ports are the settings that are addresses, with their ports.
var ports = [][2]string{{"api", apiPort}, {"telemetry", telemetryPort}}

// lanEnableCommand is `spacectl lan enable`.
type lanEnableCommand struct {
	Host   []string `placeholder:"HOST" help:"Further names or addresses by which others call this machine."`
	DryRun bool     `help:"Say what would be done, and do nothing."`
}

func (*lanEnableCommand) Help() string {
	return "It makes certificates where they are missing, and writes the settings file, which counts after flags and variables of spacetime.\n\n" +
		"Example:\n\n  spacectl lan enable --dry-run"
}

func (c *lanEnableCommand) Run(con *console, n *connection) error {
	folder, hosts, err := ourCerts(c.Host)
	if err != nil {
		return err
	}
	file, err := openSettings()
	if err != nil {
		return err
	}
	hosts = append(hosts, file.file.Texts("allowed-hosts")...)
	others := slices.DeleteFunc(unique(hosts), api.IsLoopback)
	if len(others) == 0 {
		return exit.With(exit.Unavailable, errors.New("this machine has neither a name nor an address on a network: connect it, or give --host"))
	}
	slices.SortStableFunc(others, byEase) // the program calls itself by the first
	if err := file.expose(folder, others); err != nil {
		return err
	}
	r := file.report("enabled")
	r.DryRun, r.Certificates = c.DryRun, "kept"
	r.URL = "https://" + net.JoinHostPort(bestHost(others), file.port("api", apiPort))
	if err := r.certify(folder, unique(hosts)); err != nil {
		return codedCerts(err)
	}
	if !c.DryRun {
		err = file.save()
	}
	return errors.Join(err, r.print(con.out, n.JSON))
}

// expose sets what others need to reach this machine, and no port that is
// chosen already.
func (f *settingsFile) expose(folder certs.Folder, others []string) error {
	for _, p := range ports {
		if err := f.set(p[0], net.JoinHostPort("0.0.0.0", f.port(p[0], p[1]))); err != nil {
			return err
		}
	}
	if err := errors.Join(f.set("allowed-hosts", others), f.unset("allow-insecure-lan")); err != nil {
		return err
	}
	if len(f.file.Texts("tls-cert")) > 0 { // one of another authority
		return nil
	}
	return errors.Join(f.set("tls-cert", folder.Server()), f.set("tls-key", folder.Server()))
}

// certify makes or renews the certificate where it has to.
func (r *lanReport) certify(folder certs.Folder, hosts []string) error {
	if r.TLSCert != folder.Server() {
		r.Certificates = "not ours"
		return nil
	}
	_, old, err := folder.Show()
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing:
		r.Certificates = "made"
	case err != nil:
		return err
	case len(old.Missing(hosts)) > 0 || time.Until(old.Expires) < renewBefore:
		r.Certificates = "renewed"
	}
	switch {
	case r.DryRun && missing:
		return nil
	case r.DryRun || r.Certificates == "kept":
	case missing:
		_, err = folder.Init(hosts, time.Now())
	default:
		_, err = renew(folder, hosts, false)
	}
	if err != nil {
		return err
	}
	return r.describe(folder)
}

// renewBefore is when the program begins to warn of the certificate's end.
const renewBefore = 30 * 24 * time.Hour

func (r *lanReport) describe(folder certs.Folder) error {
	ca, server, err := folder.Show()
	if err == nil {
		r.CA, r.Server = &ca, &server
	}
	return err
}

// unique takes the first of what is there twice.
func unique(all []string) (once []string) {
	for _, v := range all {
		if !slices.Contains(once, v) {
			once = append(once, v)
		}
	}
	return once
}

// bestHost returns what somebody types most easily on a phone: an address of
// IPv4, which needs no name service, else a name, else what there is.
func bestHost(hosts []string) string {
	return slices.MinFunc(hosts, byEase)
}

func byEase(a, b string) int { return cmp.Compare(ease(a), ease(b)) }

func ease(host string) int {
	ip, err := netip.ParseAddr(host)
	switch {
	case err == nil && ip.Is4():
		return 0
	case err != nil && strings.Contains(host, "."):
		return 1
	}
	return 2
}

// lanDisableCommand is `spacectl lan disable`.
type lanDisableCommand struct{}

func (*lanDisableCommand) Help() string {
	return "The certificates stay, so that who trusts them need not do so again.\n\nExample:\n\n  spacectl lan disable"
}

func (*lanDisableCommand) Run(con *console, n *connection) error {
	folder, err := certsFolder()
	if err != nil {
		return err
	}
	file, err := openSettings()
	if err != nil {
		return err
	}
	if err := file.withdraw(folder); err != nil {
		return err
	}
	if err := file.save(); err != nil {
		return err
	}
	return file.report("disabled").print(con.out, n.JSON)
}

// withdraw takes out what expose sets.
func (f *settingsFile) withdraw(folder certs.Folder) (err error) {
	for _, p := range ports {
		address := f.text(p[0])
		name, port, _ := net.SplitHostPort(address)
		switch {
		case address == "" || address == settings.APIOff || api.IsLoopback(name):
		case port == p[1]:
			err = errors.Join(err, f.unset(p[0]))
		default:
			err = errors.Join(err, f.set(p[0], net.JoinHostPort("127.0.0.1", port)))
		}
	}
	names := []string{"allowed-hosts", "allow-insecure-lan"}
	if f.text("tls-cert") == folder.Server() {
		names = append(names, "tls-cert", "tls-key", "tls-client-ca")
	}
	for _, name := range names {
		err = errors.Join(err, f.unset(name))
	}
	return err
}

// lanStatusCommand is `spacectl lan status`.
type lanStatusCommand struct{}

func (*lanStatusCommand) Help() string {
	return "It tells what the settings file says; flags and variables of spacetime count before it.\n\nExample:\n\n  spacectl lan status --json"
}

func (*lanStatusCommand) Run(con *console, n *connection) error {
	folder, hosts, err := ourCerts(nil)
	if err != nil {
		return err
	}
	file, err := openSettings()
	if err != nil {
		return err
	}
	r := file.report("disabled")
	name, _, _ := net.SplitHostPort(file.text("api"))
	if r.API != "" && r.API != settings.APIOff && !api.IsLoopback(name) {
		r.LAN = "enabled"
		r.URL = "https://" + net.JoinHostPort(bestHost(append(file.file.Texts("allowed-hosts"), "localhost")), file.port("api", apiPort))
	}
	if r.TLSCert == folder.Server() {
		if err := r.describe(folder); err != nil {
			return codedCerts(err)
		}
		r.Missing = r.Server.Missing(hosts)
	}
	return r.print(con.out, n.JSON)
}

// settingsFile is the settings file, and what changed in it.
type settingsFile struct {
	path    string
	broken  error // why what is there cannot be read
	file    settings.File
	changes []settingChange
}

// settingChange is what became of a setting; "" is not set.
type settingChange struct {
	Setting string `json:"setting"`
	Was     string `json:"was"`
	Is      string `json:"is"`
}

// openSettings reads the settings file; one that is missing or corrupt is empty.
func openSettings() (*settingsFile, error) {
	paths, err := host.UserPaths()
	if err != nil {
		return nil, exit.With(exit.Config, err)
	}
	f := &settingsFile{path: filepath.Join(paths.Config, settings.FileName)}
	text, err := os.ReadFile(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f.file, f.broken = settings.Read(text)
	return f, nil
}

// save writes the file, if anything changed. What could not be read is kept
// beside it.
func (f *settingsFile) save() error {
	if len(f.changes) == 0 {
		return nil
	}
	if f.broken != nil {
		kept := f.path + ".broken"
		if _, err := os.Lstat(kept); err == nil {
			return exit.With(exit.BadData, fmt.Errorf("%s: %w; it would be kept as %s, which is there: move that away", f.path, f.broken, kept))
		}
		if err := os.Rename(f.path, kept); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	return host.WriteWhole(f.path, func(w io.Writer) error { _, err := w.Write(f.file.Bytes()); return err })
}

// text returns a setting, the items of a list with blanks between.
func (f *settingsFile) text(name string) string { return strings.Join(f.file.Texts(name), " ") }

// port returns the port of a setting that is an address.
func (f *settingsFile) port(name, otherwise string) string {
	_, port, _ := net.SplitHostPort(f.text(name))
	return cmp.Or(port, otherwise)
}

func (f *settingsFile) set(name string, value any) error {
	return f.change(name, func() error { return f.file.Set(name, value) })
}

func (f *settingsFile) unset(name string) error {
	return f.change(name, func() error { return f.file.Unset(name) })
}

func (f *settingsFile) change(name string, edit func() error) error {
	was := f.text(name)
	if err := edit(); err != nil {
		return exit.With(exit.BadData, err)
	}
	if is := f.text(name); is != was {
		f.changes = append(f.changes, settingChange{name, was, is})
	}
	return nil
}

// lanReport is what the commands print.
type lanReport struct {
	LAN          string             `json:"lan"` // "enabled" or "disabled"
	DryRun       bool               `json:"dry_run"`
	URL          string             `json:"url,omitempty"` // for other machines
	Settings     string             `json:"settings"`      // the file
	Broken       string             `json:"broken,omitempty"`
	Changes      []settingChange    `json:"changes"`
	API          string             `json:"api,omitempty"`
	Telemetry    string             `json:"telemetry,omitempty"`
	AllowedHosts []string           `json:"allowed_hosts"`
	TLSCert      string             `json:"tls_cert,omitempty"`
	Certificates string             `json:"certificates,omitempty"` // "made", "renewed", "kept" or "not ours"
	Missing      []string           `json:"missing_hosts,omitempty"`
	CA           *certs.Certificate `json:"ca,omitempty"`
	Server       *certs.Certificate `json:"server,omitempty"`
}

func (f *settingsFile) report(lan string) *lanReport {
	r := &lanReport{
		LAN: lan, Settings: f.path, Changes: append([]settingChange{}, f.changes...), API: f.text("api"), Telemetry: f.text("telemetry"),
		AllowedHosts: append([]string{}, f.file.Texts("allowed-hosts")...), TLSCert: f.text("tls-cert"),
	}
	if f.broken != nil {
		r.Broken = f.broken.Error()
	}
	return r
}

func (r *lanReport) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return printJSON(w, r)
	}
	if err := printTable(w, r.rows()); err != nil {
		return err
	}
	if r.URL == "" || len(r.Changes) > 0 || r.DryRun { // there is more to do before anybody gets an answer
		_, err := fmt.Fprint(w, r.advice())
		return err
	}
	code, err := qrText(r.URL)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, "\n", code)
	return err
}

func (r *lanReport) rows() [][2]string {
	title := r.LAN
	if r.DryRun {
		title = "would be " + title
	}
	rows := [][2]string{{"LAN", title}, {"settings", r.Settings}}
	if r.Broken != "" {
		rows = append(rows, [2]string{"", "cannot be read and counts for nothing: " + r.Broken})
	}
	for _, c := range r.Changes {
		rows = append(rows, [2]string{c.Setting, fmt.Sprintf("%s (was %s)", cmp.Or(c.Is, "not set"), cmp.Or(c.Was, "not set"))})
	}
	if len(r.Changes) == 0 && r.API != "" {
		rows = append(rows, [2]string{"api", r.API}, [2]string{"telemetry", r.Telemetry}, [2]string{"allowed-hosts", strings.Join(r.AllowedHosts, " ")})
	}
	if r.Certificates != "" {
		rows = append(rows, [2]string{"certificate", r.Certificates + ": " + r.TLSCert})
	}
	if len(r.Missing) > 0 {
		rows = append(rows, [2]string{"not in it", strings.Join(r.Missing, " ") + ": run spacectl lan enable again"})
	}
	if r.CA != nil && r.Server != nil {
		rows = append(rows, [2]string{"good until", r.Server.Expires.Format(time.DateOnly)},
			[2]string{"authority", r.CA.File}, [2]string{"SHA-256", r.CA.Fingerprint})
	}
	if r.URL != "" {
		rows = append(rows, [2]string{"address", r.URL})
	}
	return rows
}

// advice says what is left to do.
func (r *lanReport) advice() string {
	switch {
	case r.DryRun:
		return "\nNothing was done.\n"
	case len(r.Changes) == 0:
		return ""
	case r.LAN == "enabled":
		return `
1. It starts only where somebody has an account: where nobody has, add one while
   it runs for this machine alone: spacectl users add NAME --role admin
2. Start spacetime anew, and let its ports through this machine's firewall.
3. Other machines trust it by the authority's file: spacectl certs show says how.
4. There: spacectl login --url ` + r.URL + ` --ca-file ca.pem --name NAME
   spacectl lan status shows the address as a QR code, for a phone.
`
	}
	return "\nStart spacetime anew.\n"
}

// quiet is the margin of a QR code, in modules (ISO/IEC 18004).
const quiet = 4

// qrText draws text as a QR code of half blocks, two modules in a character, for
// light letters on a dark ground.
func qrText(text string) (string, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		for x := -quiet; x < code.Size+quiet; x++ {
			b.WriteString(half[isLight(code, x, y)][isLight(code, x, y+1)])
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// half has the character for an upper and a lower module that are light.
var half = map[bool]map[bool]string{
	true:  {true: "█", false: "▀"},
	false: {true: "▄", false: " "},
}

// isLight tells of a module; beyond the code all are.
func isLight(code *qr.Code, x, y int) bool { return !code.Black(x, y) }
