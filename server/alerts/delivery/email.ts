/** E-mail by SMTP. The connection is made by the address policy; Nodemailer speaks on it. */
import { createTransport } from 'nodemailer'
import { connectGuarded, type Resolve } from './guardedSocket.ts'
import { bodyText, DeliveryFailure, headline, idempotencyKey, type Message, type Sender } from './message.ts'
import { TIMEOUT_MS } from './post.ts'
import type { EmailOptions } from './receiverOptions.ts'

/** One mail server may be slow to greet and to take a message; together they get this much, in ms. */
const MAIL_TIMEOUT_MS = 2 * TIMEOUT_MS

/** Permanent refusals (RFC 5321, 5yz) of this message, not of who sends it. */
type SmtpError = Error & { code?: string; responseCode?: number }
function isOfMessage(error: SmtpError): boolean {
  return (error.code === 'EENVELOPE' || error.code === 'EMESSAGE') && (error.responseCode ?? 0) >= 500
}

export function emailSender({ from, to, smtp, allowPrivate }: EmailOptions, resolve?: Resolve): Sender {
  const { host, port, secure, plain, credentials } = smtp
  const send = async (message: Message): Promise<string> => {
    const timer = new AbortController()
    const timeout = setTimeout(() => timer.abort(), MAIL_TIMEOUT_MS)
    try {
      const connection = await connectGuarded({ host, port, allowPrivate }, timer.signal, resolve)
      const stop = () => connection.destroy(new Error('no answer in time'))
      timer.signal.addEventListener('abort', stop, { once: true })
      try {
        const transport = createTransport({
          host,
          port,
          secure,
          connection,
          ...(secure ? {} : plain ? { ignoreTLS: true } : { requireTLS: true }),
          ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
          greetingTimeout: TIMEOUT_MS,
          socketTimeout: TIMEOUT_MS,
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        await transport.sendMail({
          from,
          to: [...to],
          subject: headline(message),
          text: bodyText(message),
          // A mail system drops what it has by this id already.
          messageId: `<${idempotencyKey(message)}@quorumdeck>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return 'The mail server took it.'
      } finally {
        connection.destroy()
      }
    } catch (error) {
      if (error instanceof DeliveryFailure) throw error
      const { message: words } = error as Error
      throw new DeliveryFailure(
        isOfMessage(error as SmtpError) ? 'message' : 'receiver',
        `The mail was not taken: ${words}.`,
      )
    } finally {
      clearTimeout(timeout)
    }
  }
  return { send, refresh: null }
}
