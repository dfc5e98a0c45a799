using CharacterRefs.Application.Results;

namespace CharacterRefs.Scripts;

/// <summary>Turns errors of use cases into exceptions.</summary>
internal static class ResultExtensions
{
    /// <summary>Returns the value. A long-running pipeline would read <see cref="Error.Kind"/> and <see cref="Error.RetryAfter"/> instead.</summary>
    /// <exception cref="InvalidOperationException">The result is an error; the message has its kind and detail.</exception>
    public static T OrThrow<T>(this Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException($"{error.Kind}: {error.Detail}");
}
