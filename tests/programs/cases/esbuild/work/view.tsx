export default function View({ title, ...rest }: { title: string }) { return <section {...rest}><h1>{title}</h1><>{[1, 2].map((n) => <b key={n}>{n}</b>)}</></section>; }
