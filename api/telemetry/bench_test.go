package telemetry

func benchmarkClients(string) {}
