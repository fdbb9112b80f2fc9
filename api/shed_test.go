package api

import "testing"

// TestShedder drives it second by second: frames drawn, missed, requests.
func TestShedder(t *testing.T) {
	for name, tt := range map[string]struct {
		seconds [][3]uint64
		want    []int
	}{
		"all in time":             {[][3]uint64{{90, 0, 0}, {90, 0, 200}, {90, 0, 200}}, []int{0, 0, 0}},
		"late under load":         {[][3]uint64{{90, 0, 0}, {88, 2, 200}, {87, 3, 19}, {80, 10, 200}}, []int{0, 0, 1, 2}},
		"late without load":       {[][3]uint64{{45, 45, 0}, {45, 45, 0}, {45, 45, 90}, {40, 50, 90}}, []int{0, 0, 0, 2}},
		"room again after a time": {[][3]uint64{{90, 0, 0}, {80, 10, 20}, {90, 0, 9}, {90, 0, 9}, {90, 0, 9}, {90, 0, 9}, {90, 0, 9}}, []int{0, 2, 2, 2, 2, 2, 0}},
		"late, few ask":           {[][3]uint64{{90, 0, 0}, {45, 45, 4}, {45, 45, 1}}, []int{0, 0, 0}},
		"late, some ask":          {[][3]uint64{{90, 0, 0}, {45, 45, 5}, {45, 45, 19}, {45, 45, 20}}, []int{0, 1, 1, 2}},
		"nothing drawn":           {[][3]uint64{{0, 0, 5}, {0, 0, 5}}, []int{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var h shedder
			var frames, missed, requests uint64
			var got []int
			for _, s := range tt.seconds {
				frames, missed, requests = frames+s[0], missed+s[1], requests+s[2]
				got = append(got, h.look(frames, missed, requests))
			}
			for i, want := range tt.want {
				if got[i] != want {
					t.Fatalf("levels %v, want %v", got, tt.want)
				}
			}
		})
	}
}
