namespace CharacterRefs.Application.Generations.ListFlavors;

/// <summary>Lists the flavors that requests may name, with their defaults.</summary>
public sealed class ListFlavorsHandler(GenerationSettings settings)
{
    /// <returns>In the order of their names.</returns>
    public IReadOnlyList<ListedFlavor> Handle() =>
    [
        .. settings.Flavors.Values
            .OrderBy(flavor => flavor.Name, StringComparer.Ordinal)
            .Select(flavor => new ListedFlavor(flavor, settings.ModelOf(flavor, hasReference: false), settings.ModelOf(flavor, hasReference: true))),
    ];
}
