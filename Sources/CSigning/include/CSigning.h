// Keys of the curve P-256, signatures and certificate requests, by OpenSSL's libcrypto.
//
// The header includes no system header but those of fixed types (see docs/decisions/0004).

#ifndef CSIGNING_H
#define CSIGNING_H

#include <stddef.h>
#include <stdint.h>

/// A private key of P-256. It is not changed after it was made: any thread may use it.
struct csg_key;

/// Makes a key. Returns NULL if the system has no random numbers or no memory.
struct csg_key *csg_key_make(void);

/// Reads a key from PEM text. Returns NULL if it is none of P-256, or needs a passphrase.
struct csg_key *csg_key_read(const uint8_t *text, size_t count);

/// Frees a key.
void csg_key_free(struct csg_key *key);

/// Writes a key as PEM text (PKCS #8). Returns the octets, 0 if they are more than `capacity`.
size_t csg_key_text(const struct csg_key *key, uint8_t *out, size_t capacity);

/// Writes the public key in DER (SubjectPublicKeyInfo). Returns the octets, 0 if they are more than
/// `capacity`.
size_t csg_key_public(const struct csg_key *key, uint8_t *out, size_t capacity);

/// Signs the SHA-256 digest of a message: 64 octets, two numbers of 32 each. Returns 1, or 0.
int csg_sign(const struct csg_key *key, const uint8_t *message, size_t count, uint8_t *out);

/// Writes the request for a certificate of one name in DER (PKCS #10), signed by the key. Returns
/// the octets, 0 if they are more than `capacity`.
size_t csg_request(const struct csg_key *key, const uint8_t *name, size_t count, uint8_t *out,
                   size_t capacity);

/// Writes the SHA-256 digest of a message: 32 octets. Returns 1, or 0.
int csg_digest(const uint8_t *message, size_t count, uint8_t *out);

#endif
