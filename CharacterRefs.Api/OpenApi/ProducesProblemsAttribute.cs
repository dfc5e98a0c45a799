using CharacterRefs.Application.Results;

namespace CharacterRefs.Api.OpenApi;

/// <summary>The kinds of refusal that an action can answer with; the description of the API lists each with an example.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProducesProblemsAttribute(params ErrorKind[] kinds) : Attribute
{
    /// <summary>The kinds, without those that every action shares.</summary>
    public IReadOnlyList<ErrorKind> Kinds => kinds;
}
