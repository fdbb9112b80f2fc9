package audit

const childFolder = "SPACETIME_AUDIT_TEST_FOLDER"

func appendUntilKilled() {}
