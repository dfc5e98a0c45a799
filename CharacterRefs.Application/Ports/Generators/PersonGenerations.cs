namespace CharacterRefs.Application.Ports.Generators;

/// <summary>Which people a model may generate, in the terms of Google's image models.</summary>
public static class PersonGenerations
{
    /// <summary>The three values, strictest first.</summary>
    public static IReadOnlyList<string> All { get; } = ["dont_allow", "allow_adult", "allow_all"];
}
