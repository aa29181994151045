/** As much of an address as the modules under test touch. */
export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query: string,
    readonly fragment = '',
    readonly authority = '',
  ) {}
  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return new Uri(uri.scheme, [uri.path, ...parts].join('/'), uri.query);
  }
  static parse(text: string): Uri {
    const [scheme = '', rest = ''] = text.split(/:(.*)/s);
    const [address = '', fragment = ''] = rest.split(/#(.*)/s);
    const [place = '', query = ''] = address.split(/\?(.*)/s);
    const [, authority = '', path = place] = /^\/\/([^/]*)(.*)$/s.exec(place) ?? [];
    const [decoded, asked] = [path, query].map(decodeURIComponent);
    return new Uri(scheme, decoded ?? '', asked ?? '', fragment, authority);
  }
  with({ fragment = this.fragment }: { fragment?: string }): Uri {
    return new Uri(this.scheme, this.path, this.query, fragment);
  }
  static file(path: string): Uri {
    return new Uri('file', path, '');
  }
  static from({ scheme, path = '', query = '' }: Partial<Uri> & { scheme: string }): Uri {
    return new Uri(scheme, path, query);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    const fragment = this.fragment ? `#${this.fragment}` : '';
    return `${this.scheme}:${this.path}?${this.query}${fragment}`;
  }
}
