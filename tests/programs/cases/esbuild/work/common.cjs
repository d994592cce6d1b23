module.exports = { hello: "Hello", nobody: "nobody" };
