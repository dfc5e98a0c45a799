namespace CharacterRefs.Application.Results;

/// <summary>An expected refusal: what kind, and what the caller can do about it.</summary>
/// <param name="Kind">The code.</param>
/// <param name="Detail">One or two sentences for the caller; never a secret, a path of the server or a presigned URL.</param>
public sealed record Error(ErrorKind Kind, string Detail)
{
    /// <summary>The request member that is at fault, as the client writes it; <c>null</c> when no single one is.</summary>
    public string? Field { get; init; }

    /// <summary>The images asked for that do not exist, all of them; <c>null</c> when it is about something else.</summary>
    public IReadOnlyList<string>? UnknownImageIds { get; init; }

    /// <summary>When it may be worth trying again; <c>null</c> when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A field whose value is not acceptable.</summary>
    public static Error Invalid(string field, string detail) => new(ErrorKind.ValidationError, detail) { Field = field };
}
