namespace CharacterRefs.Application.Results;

/// <summary>An expected failure, with what the caller can do about it.</summary>
/// <param name="Detail">One or two sentences for the caller; never a secret, a path of the server or a presigned URL.</param>
public sealed record Error(ErrorKind Kind, string Detail)
{
    /// <summary>The invalid member of the request, as the client writes it; <c>null</c> when no single one is.</summary>
    public string? Field { get; init; }

    /// <summary>Every requested image id that was not found; <c>null</c> for other errors.</summary>
    public IReadOnlyList<string>? UnknownImageIds { get; init; }

    /// <summary>The provider generated and billed an image that cannot be used, so a retry is paid again.</summary>
    public bool IsPaid { get; init; }

    /// <summary>When to retry; <c>null</c> when that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A field with an invalid value.</summary>
    public static Error Invalid(string field, string detail) => new(ErrorKind.ValidationError, detail) { Field = field };
}
