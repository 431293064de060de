'use client'
/**
 * Links that open beside a button: PatternFly's menu in the browser's own popover, which closes on Escape and on a click
 * elsewhere. PatternFly's own brings a positioning library along, and would make commands of what are links.
 */
import '@patternfly/react-styles/css/components/Menu/menu.css'
import { type ReactNode, useEffect, useRef } from 'react'
import './linkMenu.css'
import { Link } from '../kit/address/Link.tsx'

export interface MenuLink {
  readonly href: string
  readonly text: ReactNode
  readonly description?: string
  readonly isCurrent?: boolean
}

interface LinkMenuProps {
  /** What it opens beside. */
  readonly button: HTMLElement
  readonly label: string
  readonly links: readonly MenuLink[]
  readonly onClose: () => void
  readonly search?: ReactNode
  readonly footer?: ReactNode
}

export function LinkMenu({ button, label, links, onClose, search, footer }: LinkMenuProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { current } = place
    if (current === null) return
    const box = button.getBoundingClientRect()
    const { clientWidth } = document.documentElement
    current.style.insetBlockStart = `${box.bottom}px`
    // Towards the side where there is more room.
    if (box.left < clientWidth - box.right) current.style.insetInlineStart = `${box.left}px`
    else current.style.insetInlineEnd = `${clientWidth - box.right}px`
    current.showPopover()
    current.querySelector<HTMLElement>('input, a')?.focus()
    const away = (event: Event) => {
      if (!current.contains(event.target as Node)) current.hidePopover()
    }
    document.addEventListener('scroll', away, { capture: true, passive: true })
    return () => document.removeEventListener('scroll', away, { capture: true })
  }, [button])
  return (
    <div
      ref={place}
      popover="auto"
      className="qd-popover"
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
    >
      <div className="pf-v6-c-menu">
        {search !== undefined && <div className="pf-v6-c-menu__search">{search}</div>}
        <div className="pf-v6-c-menu__content qd-popover__list">
          <ul className="pf-v6-c-menu__list" aria-label={label}>
            {links.map(({ href, text, description, isCurrent = false }) => (
              <li key={href} className="pf-v6-c-menu__list-item">
                <Link
                  className="pf-v6-c-menu__item"
                  href={href}
                  prefetch={false}
                  aria-current={isCurrent ? 'page' : undefined}
                  onClick={() => place.current?.hidePopover()}
                >
                  <span className="pf-v6-c-menu__item-main">
                    <span className="pf-v6-c-menu__item-text">{isCurrent ? <b>{text}</b> : text}</span>
                  </span>
                  {description !== undefined && <span className="pf-v6-c-menu__item-description">{description}</span>}
                </Link>
              </li>
            ))}
          </ul>
        </div>
        {footer !== undefined && <div className="pf-v6-c-menu__footer">{footer}</div>}
      </div>
    </div>
  )
}
