import type { NextConfig } from 'next'

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The custom server writes the security headers, with a fresh nonce for every request (server/http/security.ts).
  compress: true,
  // No page uses it, and it would fetch for whoever asks.
  images: { unoptimized: true },
  // `npm run check` holds the types of the whole project; whoever starts the product need not wait for it again.
  typescript: { ignoreBuildErrors: true },
}

export default config
