namespace CharacterRefs.Application.Results;

/// <summary>Items in the text of an error.</summary>
internal static class NamedItems
{
    /// <summary>The first items, and how many there are besides: <c>a, b, and 3 more</c>.</summary>
    public static string Join<T>(IReadOnlyList<T> items, int most) =>
        string.Join(", ", items.Take(most)) + (items.Count > most ? $", and {items.Count - most} more" : "");
}
