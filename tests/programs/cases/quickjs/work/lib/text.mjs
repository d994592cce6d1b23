let calls = 0;
export const count = () => ++calls;
export default (text, times) => `${text.toUpperCase()} × ${times}`;
