package main

import (
	"net/http"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// codeOfStatus says what a refusal of the API is to a script.
func codeOfStatus(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exit.NotPermitted
	case http.StatusNotFound, http.StatusBadRequest, http.StatusUnprocessableEntity:
		return exit.Usage // what was asked for comes from the command line
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exit.Unavailable
	}
	return exit.Failure
}
