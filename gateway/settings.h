/*
 * settings.h - what the gateway is told: defaults, a file, the environment and the command line, each over the one before.
 */
#ifndef GATEWAY_SETTINGS_H
#define GATEWAY_SETTINGS_H

typedef struct Settings
{
	const char *listen;			/* HOST:PORT; port 0: any free one */
	const char *dsn;			/* libpq's connection string */
	const char *connections;	/* to the database, for requests */
	const char *clients;		/* most HTTP connections at a time */
	const char *development_role;	/* NULL: requests are signed */
	const char *tls_certificate;	/* files; both or none */
	const char *tls_key;
	const char *config;

	/* Derived from these. */
	char		host[64];
	int			port;
	int			connection_count;
	int			client_count;
} Settings;

/* Ends the program where a setting is wrong, or for --help and --version. */
extern void settings_read(Settings *settings, int argc, char **argv);

#endif
