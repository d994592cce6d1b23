import { area, type Shape } from "./shapes";
import { greet } from "./greet.js";
import data from "./data.json";
import css from "./theme.css";
import text from "./note.txt";
import View from "./view";

enum Level { Low = 1, Mid, High = Low | 8 }
const shapes: Shape[] = data.shapes as Shape[];
export const total = shapes.map(area).reduce((sum, a) => sum + a, 0);
export async function main(level: Level = Level.Mid): Promise<string> {
  const unused = () => "this goes away";
  const { default: lazy } = await import("./lazy");
  console.log(greet(`level ${Level[level]}`), text, css, lazy?.(total) ?? "nothing", <View title="main" />);
  return `${total ** 2}`;
}
if (process.env.NODE_ENV === "development") console.log("only while developing");
main();
