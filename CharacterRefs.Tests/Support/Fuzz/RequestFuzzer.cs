using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CharacterRefs.Tests.Support.Fuzz;

/// <summary>Derives requests from an OpenAPI document. The same document and seed give the same requests.</summary>
internal sealed class RequestFuzzer
{
    private static readonly string[] s_charsets =
        ["", "; charset=utf-8", "; charset=utf-16", "; charset=utf-16be", "; charset=utf-32", "; charset=utf-7", "; charset=x", ";;", "; boundary=b"];

    private static readonly string[] s_chunkSizes =
        ["ffffffffffffffff", "7fffffffffffffff", "80000000", "ffffffff", "fffffffffffffffffffff", "-1", "0x5", "",
            "g", "5;ext=\"", "5 ", " 5", "0000000000000005", "1000000"];

    private static readonly (string Name, string[] Values)[] s_headers =
    [
        ("Accept", ["", "*/*", "text/html", "image/png;q=x", ";"]),
        ("Accept-Encoding", ["gzip, br", "gzip;q=2", "\u0001"]),
        ("Content-Encoding", ["gzip", "br", "x"]),
        ("Expect", ["100-continue", "200-ok"]),
        ("Range", ["bytes=0-0", "bytes=5-1", "bytes=-0", "bytes=0-,1-2", "bytes=9223372036854775807-", "bytes=99999999999999999999-", "bytes", "pages=1-2"]),
        ("If-Range", ["x", "\"x\"", "W/\"x\"", "Sun, 06 Nov 1994 08:49:37 GMT", ""]),
        ("If-None-Match", ["*", "\"x\"", "x", "W/\"", "\"sha256-\""]),
        ("If-Match", ["*", "\"x\"", "x"]),
        ("If-Modified-Since", ["Sun, 06 Nov 1994 08:49:37 GMT", "x", "Fri, 31 Dec 9999 23:59:59 GMT"]),
        ("Prefer", ["respond-async", "wait=0", "wait=99999999999999999999", "respond-async, wait=1", "=", "wait"]),
        ("Idempotency-Key", ["a", "\"", "\"\"", "\"a\\\"b\"", "é", "\u0001"]),
        ("Last-Event-ID", ["1", "-1", "99999999999999999999", "x"]),
        ("Origin", ["null", "http://evil.example", "http://", "x", "\u0001"]),
        ("Sec-Fetch-Site", ["cross-site", "same-origin", "x"]),
        ("Host", ["evil.example", "[::1", "localhost:99999999", "localhost:x", ""]),
        ("X-API-Key", ["x", "\u0001", "é"]),
        ("webhook-id", ["x"]),
        ("webhook-timestamp", ["99999999999999999999", "x", "-1"]),
        ("webhook-signature", ["v1,", "v1,x", "x"]),
        ("X-Forwarded-For", ["x"]),
        ("Transfer-Encoding", ["gzip", "chunked, chunked"]),
    ];

    private readonly Random _random;
    private readonly FuzzValues _values;
    private readonly List<(string Path, string Method, JsonElement Operation)> _operations;
    private int _count;

    /// <param name="document">The OpenAPI document.</param>
    /// <param name="known">Values that exist, by the names of their parameters.</param>
    /// <param name="seed">Chooses everything.</param>
    public RequestFuzzer(JsonElement document, IReadOnlyDictionary<string, string> known, int seed)
    {
        _random = new Random(seed);
        _values = new FuzzValues(_random, document.GetProperty("components").GetProperty("schemas"), known);
        _operations =
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Where(method => method.Value.TryGetProperty("responses", out _))
                .Select(method => (path.Name, method.Name.ToUpperInvariant(), method.Value))),
        ];
    }

    /// <summary>Operations that requests are derived from.</summary>
    public int Operations => _operations.Count;

    /// <summary>The next request; each operation in turn.</summary>
    public FuzzRequest Next()
    {
        var (path, method, operation) = _operations[_count % _operations.Count];
        var target = Target(path, operation);
        var body = Body(operation, out var contentType);
        var verb = _values.Chance(25) ? _values.Pick("HEAD", "OPTIONS", "PATCH", "get", "X") : method;
        var request = new List<byte>(Encoding.Latin1.GetBytes($"{verb} {target} HTTP/1.1\r\n"));
        Header("Connection", "close");
        if (!_values.Chance(20))
        {
            Header("Host", "localhost");
        }

        foreach (var (name, values) in s_headers)
        {
            if (_values.Chance(15))
            {
                Header(name, _values.Pick(values));
            }
        }

        if (contentType is not null && !_values.Chance(15))
        {
            Header("Content-Type", contentType);
        }

        var isWhole = AddBody(request, body);
        return new FuzzRequest(_count++, $"{method} {path}", [.. request], isWhole);

        void Header(string name, string value) => request.AddRange(Encoding.UTF8.GetBytes($"{name}: {value}\r\n"));
    }

    private string Target(string path, JsonElement operation)
    {
        var query = new List<string>();
        foreach (var parameter in operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : default)
        {
            var name = parameter.GetProperty("name").GetString()!;
            var text = _values.Text(parameter.GetProperty("schema"), name);
            var written = _values.Chance(10) ? Raw(text) : Uri.EscapeDataString(text);
            if (parameter.GetProperty("in").GetString() is "path")
            {
                path = path.Replace($"{{{name}}}", written, StringComparison.Ordinal);
            }
            else if (!_values.Chance(2))
            {
                query.Add($"{name}={written}");
                if (_values.Chance(10))
                {
                    query.Add($"{name}={written}");
                }
            }
        }

        if (_values.Chance(15))
        {
            query.Add(_values.Pick("x=1", "=", "%", "%ff=%ff", "a[b]=1", "%00=%00", "&&&", "limit=%E0%A4%A", "x=\u00e9"));
        }

        return query.Count > 0 ? $"{path}?{string.Join('&', query)}" : path;
    }

    // What cannot be part of a request line would only test the parser of the line.
    private static string Raw(string text) => string.Concat(text.Where(c => c is > ' ' and < '\u007F' and not '#'));

    private byte[] Body(JsonElement operation, out string? contentType)
    {
        contentType = null;
        if (!operation.TryGetProperty("requestBody", out var description))
        {
            return _values.Chance(10) ? "{}"u8.ToArray() : [];
        }

        var content = description.GetProperty("content").EnumerateObject().First();
        var schema = content.Value.TryGetProperty("schema", out var described) ? described : default;
        byte[] body;
        if (content.Name is "multipart/form-data")
        {
            contentType = $"{content.Name}{_values.Pick("; boundary=b", "; boundary=\"b\"", "; boundary=", "", "; boundary=b; boundary=c")}";
            var fileName = _values.Pick("; filename=\"a.png\"", "", "; filename*=UTF-8''%ff", "; filename=\"\0\"");
            var partType = _values.Pick("", "Content-Type: image/png\r\n", "Content-Type: \r\n", ":\r\n");
            var bytes = _values.Pick("x", "\u0089PNG\r\n\u001a\n", "RIFF", "\u00ff\u00d8\u00ff", "");
            var end = _values.Pick("--\r\n", "--\r\n", "\r\n\r\n", "");
            body = Encoding.Latin1.GetBytes(
                $"--b\r\nContent-Disposition: form-data; name=\"{_values.Pick("file", "file", "x")}\"{fileName}\r\n{partType}\r\n{bytes}\r\n--b{end}");
        }
        else
        {
            contentType = content.Name + (_values.Chance(4) ? _values.Pick(s_charsets) : "");
            body = schema.ValueKind is JsonValueKind.Object ? _values.Json(schema) : [];
            if (contentType.Contains("utf-16", StringComparison.Ordinal) && _values.Chance(2))
            {
                body = Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
                body = body.Length > 0 && _values.Chance(2) ? body[..^1] : body;
            }
        }

        return _values.Chance(5) ? _values.Damage(body) : body;
    }

    private bool AddBody(List<byte> request, byte[] body)
    {
        var length = body.Length.ToString(CultureInfo.InvariantCulture);
        if (!_values.Chance(5))
        {
            var announced = _values.Chance(30) ? _values.Pick("-1", "x", "99999999999999999999", "1", "1000000") : length;
            Add(body.Length > 0 || _values.Chance(2) ? $"Content-Length: {announced}\r\n\r\n" : "\r\n");
            request.AddRange(body);
            return announced == length;
        }

        var size = _values.Chance(3) ? _values.Pick(s_chunkSizes) : body.Length.ToString("x", CultureInfo.InvariantCulture);
        var end = _values.Chance(4) ? _values.Pick("\r\n", "", "\r\n0\r\nX: y\r\n\r\n", "\r\nffffffffffffffff\r\n") : "\r\n0\r\n\r\n";
        Add($"Transfer-Encoding: chunked\r\n\r\n{size}\r\n");
        request.AddRange(body);
        Add(end);
        return size == length && end is "\r\n0\r\n\r\n";

        void Add(string text) => request.AddRange(Encoding.ASCII.GetBytes(text));
    }
}
