namespace CharacterRefs.Api.Page;

/// <summary>
/// The files of the page, from the resources of this assembly, so that the page and the API always have the same version and no directory has to be found.
/// </summary>
internal sealed class EmbeddedPage
{
    /// <summary>The document.</summary>
    public const string IndexPath = "index.html";

    private const string ResourcePrefix = "ui/";
    private const string VendorFolder = "vendor/";

    // The document names its style sheet and its first module with this in the path; the modules import each other by relative URLs.
    private const string VersionMark = "@version@";

    private static readonly Lazy<EmbeddedPage> s_shared = new(static () => new EmbeddedPage());

    private readonly Dictionary<string, PageFile> _files;

    private EmbeddedPage()
    {
        var assembly = typeof(EmbeddedPage).Assembly;
        _files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => Load(name[ResourcePrefix.Length..].Replace('\\', '/'), assembly.GetManifestResourceStream(name)!))
            .ToDictionary(file => file.Path, StringComparer.Ordinal);
        var hashes = string.Join('\n', _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => $"{file.Path} {file.Hash}"));
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashes)))[..12];
        Index = _files[IndexPath].Replace(VersionMark, Version);
    }

    /// <summary>The files, loaded and compressed when they are first needed.</summary>
    public static EmbeddedPage Shared => s_shared.Value;

    /// <summary>Hash of all files; part of the URL of each file except the document, so that browsers keep them for ever and never mix two versions.</summary>
    public string Version { get; }

    /// <summary>The document.</summary>
    public PageFile Index { get; }

    /// <summary>Everything that a browser can load, the document first.</summary>
    public IEnumerable<PageFile> All => _files.Values.Where(file => file.Path != IndexPath).Prepend(Index);

    /// <summary>A file of this version; <c>null</c> = not found.</summary>
    public PageFile? Find(string version, string path) => version == Version && path != IndexPath ? _files.GetValueOrDefault(path) : null;

    private static PageFile Load(string path, Stream resource)
    {
        using var source = resource;
        using var target = new MemoryStream();
        source.CopyTo(target);
        var content = target.ToArray();
        return new PageFile(path, path.StartsWith(VendorFolder, StringComparison.Ordinal) ? content : Path.GetExtension(path) switch
        {
            ".js" => PageText.CompactModule(content),
            ".css" => PageText.CompactStyle(content),
            _ => content,
        });
    }
}
