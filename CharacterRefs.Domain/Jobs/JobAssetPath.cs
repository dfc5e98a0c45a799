using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Jobs;

/// <summary>
/// The path of a file in a job's workspace, relative and with forward slashes: in one of the five folders at any depth, or one of the two files beside
/// them. Every such path is legal as part of an <see cref="AssetKey"/>, so none leaves its directory and each has exactly one key.
/// </summary>
public sealed partial record JobAssetPath
{
    /// <summary>Longest path, in bytes of UTF-8: the longest key without the longest prefix of a job.</summary>
    public const int MaxBytes = 800;

    /// <summary>Longest file name, in bytes of UTF-8, so that the number of a version can be appended.</summary>
    public const int MaxNameBytes = 240;

    /// <summary>Folder of a job's images.</summary>
    public const string ReferenceFolder = "character_reference";

    private static readonly Dictionary<string, JobAssetRole> s_folders = new(StringComparer.Ordinal)
    {
        ["final"] = JobAssetRole.Final,
        ["scenes"] = JobAssetRole.Scenes,
        ["audio"] = JobAssetRole.Audio,
        ["uploads"] = JobAssetRole.Uploads,
        [ReferenceFolder] = JobAssetRole.CharacterReference,
    };

    private JobAssetPath(string value, JobAssetRole role) => (Value, Role) = (value, role);

    /// <summary>The job's metadata: <c>metadata.json</c>.</summary>
    public static JobAssetPath Metadata { get; } = new("metadata.json", JobAssetRole.Metadata);

    /// <summary>The job's script: <c>script.json</c>.</summary>
    public static JobAssetPath Script { get; } = new("script.json", JobAssetRole.Script);

    /// <summary>Names of the five folders.</summary>
    public static IReadOnlyCollection<string> Folders => s_folders.Keys;

    /// <summary>The path as text.</summary>
    public string Value { get; }

    /// <summary>The file's role.</summary>
    public JobAssetRole Role { get; }

    /// <summary>The segment after the last slash.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>A job's copy of an image.</summary>
    public static JobAssetPath OfReference(CharacterReferenceId id, ImageFormat format) =>
        new($"{ReferenceFolder}/{id}.{format.Extension}", JobAssetRole.CharacterReference);

    /// <summary>Every path that a job's copy of an image may have: earlier systems also wrote <c>.jpeg</c>.</summary>
    public static IReadOnlyList<JobAssetPath> AllOfReference(CharacterReferenceId id, ImageFormat format) => format == ImageFormat.Jpeg
        ? [OfReference(id, format), new($"{ReferenceFolder}/{id}.jpeg", JobAssetRole.CharacterReference)]
        : [OfReference(id, format)];

    /// <summary>Parses a path; nothing is normalized.</summary>
    /// <returns>Whether it is a legal path.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JobAssetPath? path)
    {
        path = text switch
        {
            null => null,
            _ when text == Metadata.Value => Metadata,
            _ when text == Script.Value => Script,
            _ when FindFault(text) is null && s_folders.TryGetValue(text[..text.IndexOf('/', StringComparison.Ordinal)], out var role) =>
                new JobAssetPath(text, role),
            _ => null,
        };
        return path is not null;
    }

    /// <summary>Why a text is no path of a file below one of the folders, as a sentence; <c>null</c> when it is one.</summary>
    public static string? FindFault(string text)
    {
        if (AssetKey.FindFault(text, "a path") is { } fault)
        {
            return fault;
        }

        if (Encoding.UTF8.GetByteCount(text) > MaxBytes || Encoding.UTF8.GetByteCount(text.AsSpan(text.LastIndexOf('/') + 1)) > MaxNameBytes)
        {
            return $"A path has at most {MaxBytes} bytes of UTF-8, and the name of a file at most {MaxNameBytes}.";
        }

        return text.Contains('/', StringComparison.Ordinal) ? null : $"A file must be in {string.Join("/, ", Folders)}/.";
    }

    /// <summary>The path of a kept version: <c>final/movie.mp4</c> becomes <c>final/movie_v3.mp4</c>.</summary>
    /// <param name="number">From 1.</param>
    public JobAssetPath ToVersion(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        var dot = Value.LastIndexOf('.');
        var end = dot > Value.LastIndexOf('/') + 1 ? dot : Value.Length; // a leading dot starts no extension
        return new JobAssetPath(string.Create(CultureInfo.InvariantCulture, $"{Value[..end]}_v{number}{Value[end..]}"), Role);
    }

    /// <summary>Parses the result of <see cref="ToVersion"/>. It is a version only if the set also has the file that it names.</summary>
    /// <returns>The file and the number; <c>null</c> when the name has another form.</returns>
    public (JobAssetPath Of, int Number)? ReadVersion() => ReadVersion(Value) is (var of, var number) ? (new JobAssetPath(of, Role), number) : null;

    /// <summary>The same for any name, such as a key that no manifest names.</summary>
    public static (string Of, int Number)? ReadVersion(string name) =>
        VersionName().Match(name) is { Success: true } match
        && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (match.Groups["stem"].Value + match.Groups["extension"].Value, number)
            : null;

    public override string ToString() => Value;

    [GeneratedRegex(@"^(?<stem>.*[^/])_v(?<number>[1-9][0-9]{0,8})(?<extension>\.[^./]*)?\z", RegexOptions.Singleline)]
    private static partial Regex VersionName();
}
