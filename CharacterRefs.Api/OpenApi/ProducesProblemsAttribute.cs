namespace CharacterRefs.Api.OpenApi;

/// <summary>The kinds of errors an action can return; the OpenAPI document lists each with an example.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesProblemsAttribute(params ErrorKind[] kinds) : Attribute
{
    /// <summary>The kinds, without those common to all actions.</summary>
    public IReadOnlyList<ErrorKind> Kinds => kinds;

    /// <summary>Whether the action takes no API key, so that it never returns 401 for one. The URL then carries a signature.</summary>
    public bool TakesNoKey { get; init; }

    /// <summary>The invalid field of the example of a validation error; <c>null</c> for the first id in the path.</summary>
    public string? InvalidField { get; init; }

    /// <summary>The message for <see cref="InvalidField"/>.</summary>
    public string? InvalidDetail { get; init; }
}
