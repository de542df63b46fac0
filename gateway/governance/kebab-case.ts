/** How policies, waivers and purposes are called: `no-confidential-fields`. */
export const kebabCase = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
