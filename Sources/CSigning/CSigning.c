#include "CSigning.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

// A key is the library's own; the name of the structure keeps others from being passed.
static EVP_PKEY *inner(const struct csg_key *key) { return (EVP_PKEY *)key; }

struct csg_key *csg_key_make(void) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (!key) ERR_clear_error();
    return (struct csg_key *)key;
}

// Without this the library would ask for the passphrase at the terminal.
static int no_passphrase(char *out, int size, int writes, void *context) {
    (void)out, (void)size, (void)writes, (void)context;
    return -1;
}

static int is_p256(EVP_PKEY *key) {
    char group[32] = "";
    size_t count = 0;
    return EVP_PKEY_is_a(key, "EC")
        && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          &count)
        && (!strcmp(group, "prime256v1") || !strcmp(group, "P-256"));
}

struct csg_key *csg_key_read(const uint8_t *text, size_t count) {
    if (count > INT_MAX) return NULL;
    BIO *memory = BIO_new_mem_buf(text, (int)count);
    if (!memory) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(memory, NULL, no_passphrase, NULL);
    BIO_free(memory);
    if (key && !is_p256(key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    ERR_clear_error();
    return (struct csg_key *)key;
}

void csg_key_free(struct csg_key *key) { EVP_PKEY_free(inner(key)); }

size_t csg_key_text(const struct csg_key *key, uint8_t *out, size_t capacity) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (!memory) return 0;
    size_t written = 0;
    if (PEM_write_bio_PKCS8PrivateKey(memory, inner(key), NULL, NULL, 0, NULL, NULL)) {
        char *text = NULL;
        long count = BIO_get_mem_data(memory, &text);
        if (count > 0 && (size_t)count <= capacity) {
            memcpy(out, text, (size_t)count);
            written = (size_t)count;
        }
        if (count > 0) OPENSSL_cleanse(text, (size_t)count);
    }
    BIO_free(memory);
    ERR_clear_error();
    return written;
}

size_t csg_key_public(const struct csg_key *key, uint8_t *out, size_t capacity) {
    int count = i2d_PUBKEY(inner(key), NULL);
    if (count <= 0 || (size_t)count > capacity) return 0;
    unsigned char *end = out;
    return i2d_PUBKEY(inner(key), &end) == count ? (size_t)count : 0;
}

int csg_sign(const struct csg_key *key, const uint8_t *message, size_t count, uint8_t *out) {
    unsigned char encoded[128];
    size_t encoded_count = sizeof encoded;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ECDSA_SIG *signature = NULL;
    int is_done = 0;
    if (context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, inner(key)) == 1
        && EVP_DigestSign(context, encoded, &encoded_count, message, count) == 1) {
        const unsigned char *start = encoded;
        signature = d2i_ECDSA_SIG(NULL, &start, (long)encoded_count);
        is_done = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32) == 32
            && BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32) == 32;
    }
    ECDSA_SIG_free(signature);
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_done;
}

// The extension that holds one name.
static X509_EXTENSION *alternative_name(const uint8_t *name, size_t count) {
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    X509_EXTENSION *extension = NULL;
    if (names && general && text && ASN1_STRING_set(text, name, (int)count)) {
        GENERAL_NAME_set0_value(general, GEN_DNS, text);
        text = NULL;
        if (sk_GENERAL_NAME_push(names, general)) {
            general = NULL;
            extension = X509V3_EXT_i2d(NID_subject_alt_name, 0, names);
        }
    }
    ASN1_IA5STRING_free(text);
    GENERAL_NAME_free(general);
    GENERAL_NAMES_free(names);
    return extension;
}

size_t csg_request(const struct csg_key *key, const uint8_t *name, size_t count, uint8_t *out,
                   size_t capacity) {
    if (count > 255) return 0;
    X509_REQ *request = X509_REQ_new();
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    X509_EXTENSION *extension = alternative_name(name, count);
    size_t written = 0;
    if (request && extensions && extension && sk_X509_EXTENSION_push(extensions, extension)) {
        extension = NULL;
        if (X509_REQ_set_version(request, 0) && X509_REQ_set_pubkey(request, inner(key))
            && X509_REQ_add_extensions(request, extensions)
            && X509_REQ_sign(request, inner(key), EVP_sha256()) > 0) {
            int length = i2d_X509_REQ(request, NULL);
            unsigned char *end = out;
            if (length > 0 && (size_t)length <= capacity && i2d_X509_REQ(request, &end) == length) {
                written = (size_t)length;
            }
        }
    }
    X509_EXTENSION_free(extension);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    X509_REQ_free(request);
    ERR_clear_error();
    return written;
}

int csg_digest(const uint8_t *message, size_t count, uint8_t *out) {
    return EVP_Digest(message, count, out, NULL, EVP_sha256(), NULL) == 1;
}
