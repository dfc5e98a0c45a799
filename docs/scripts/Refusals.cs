using CharacterRefs.Application.Results;

namespace CharacterRefs.Scripts;

/// <summary>What to do when a use case refuses.</summary>
internal static class Refusals
{
    /// <summary>The value. A pipeline that lives on would look at <see cref="Error.Kind"/> and <see cref="Error.RetryAfter"/> instead.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says why.</exception>
    public static T OrThrow<T>(this Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException($"{error.Kind}: {error.Detail}");
}
