import type { NextConfig } from 'next'

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The custom server writes the security headers, with a fresh nonce for every request (server/http/security.ts).
  compress: true,
}

export default config
