const parts = require("./common.cjs");
export const greet = (who) => parts.hello + ", " + (who ?? parts.nobody) + "!";
