using System.IO.Compression;

namespace CharacterRefs.Api.Page;

/// <summary>One file of the page, in memory and compressed once.</summary>
internal sealed class PageFile(string path, byte[] content)
{
    /// <summary>Relative to <c>/ui/</c>.</summary>
    public string Path { get; } = path;

    /// <summary>The bytes, uncompressed.</summary>
    public byte[] Content { get; } = content;

    /// <summary>The bytes, compressed with gzip.</summary>
    public byte[] Gzip { get; } = Compress(content, static target => new GZipStream(target, CompressionLevel.SmallestSize));

    /// <summary>The bytes, compressed with Brotli.</summary>
    public byte[] Brotli { get; } = Compress(content, static target => new BrotliStream(target, CompressionLevel.SmallestSize));

    /// <summary>SHA-256 of the bytes in hexadecimal.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Media type.</summary>
    /// <exception cref="InvalidOperationException">The page has a file of a type that is not in the list.</exception>
    public string ContentType { get; } = System.IO.Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        "" => "text/plain; charset=utf-8", // licences and versions of what is vendored
        var other => throw new InvalidOperationException($"{path}: files of the type {other} have no media type here."),
    };

    /// <summary>The same file with a text replaced.</summary>
    public PageFile Replace(string old, string replacement) =>
        new(Path, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Content).Replace(old, replacement, StringComparison.Ordinal)));

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        using var target = new MemoryStream();
        using (var compressor = open(target))
        {
            compressor.Write(content);
        }

        return target.ToArray();
    }
}
