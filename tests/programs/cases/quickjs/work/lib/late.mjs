export default () => console.log("loaded late", import.meta.url.endsWith("late.mjs"));
