/** Style sheets and images as Next imports them; `next-env.d.ts`, which says the same, exists only after a build. */
/// <reference types="next" />
/// <reference types="next/image-types/global" />
