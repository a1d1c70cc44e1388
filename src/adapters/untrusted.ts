// What is said of an encrypted server whose certificate is not believed, whichever server it is.

// By the names and words of Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes
export const UNTRUSTED_CERTIFICATE = /CERT_|_CERT|self-signed|ERR_TLS|altnames|local issuer/

export const TRUST_IT =
  'its certificate is not believed: write its host as the certificate does, and name in ' +
  'NODE_EXTRA_CA_CERTS the file of whoever has signed it'
