namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>A table after a copy of the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">What was to be copied.</param>
/// <param name="Target">What the copy has.</param>
public sealed record CopiedTable(string Name, TableContent Source, TableContent Target)
{
    /// <summary>Whether the copy has the same rows.</summary>
    public bool IsSame => Source == Target;
}
