using System.Collections.Frozen;

namespace CharacterRefs.Infrastructure.Workspaces;

/// <summary>
/// The table in <c>media-types.tsv</c>, which <c>eng/media-types</c> writes from mime-db. Types that a browser would run, such as HTML and scripts, are
/// not in it and become <c>application/octet-stream</c>, so that a file of a job is never a page of the store's origin.
/// </summary>
internal sealed class MediaTypes : IMediaTypes
{
    private const string Unknown = "application/octet-stream";

    private readonly FrozenDictionary<string, string> _table = Read().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public string Of(string fileName) => _table.GetValueOrDefault(Path.GetExtension(fileName).TrimStart('.'), Unknown);

    private static IEnumerable<KeyValuePair<string, string>> Read()
    {
        using var content = typeof(MediaTypes).Assembly.GetManifestResourceStream("media-types")!;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is [var extension, var type])
            {
                yield return KeyValuePair.Create(extension, type);
            }
        }
    }
}
