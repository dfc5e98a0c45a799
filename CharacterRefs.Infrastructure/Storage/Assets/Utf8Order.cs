namespace CharacterRefs.Infrastructure.Storage.Assets;

/// <summary>The order of S3 listings: by UTF-8 bytes. .NET's ordinal order compares UTF-16, which puts U+10000 before U+FFFD.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
