// What is said of an encrypted server whose certificate is not believed, whichever server it is.

// By the words of Node and OpenSSL: https://nodejs.org/api/tls.html#x509-certificate-error-codes
export const UNTRUSTED_CERTIFICATE =
  /self-signed|unable to (verify|get) |certificate has expired|not yet valid|altnames/

export const TRUST_IT =
  'its certificate is not believed: write its host as the certificate does, and name in ' +
  'NODE_EXTRA_CA_CERTS the file of whoever has signed it'
