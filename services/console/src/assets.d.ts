/** Stylesheets are imported for their effect; the bundler turns them into one file. */
declare module "*.css";
