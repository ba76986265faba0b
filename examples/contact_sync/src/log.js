/** One line per fact, on stdout, for people and for grep. */
export function log(message, fields = {}) {
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  console.log(`${new Date().toISOString()} ${message}${details.join('')}`);
}

/** The SDK's messages carry whole bodies and headers; the first line is what one wants to read. */
export function brief(error) {
  const message = String(error?.message ?? error).split('\n').slice(0, 2).join(' ');
  return message.length > 200 ? `${message.slice(0, 200)}...` : message;
}
