/**
 * Imported before any `@apollo/*` package: since 2.14, @apollo/gateway reports to Apollo (OpenTelemetry, hourly) unless
 * this variable says no when the package starts. Nothing that a mesh does leaves the machine unasked.
 */
process.env.APOLLO_TELEMETRY_DISABLED = 'true';
