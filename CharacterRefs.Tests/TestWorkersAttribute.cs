using NUnit.Framework.Internal;

namespace CharacterRefs.Tests;

/// <summary>Runs two tests per core at once: most of them wait for a socket, a process or a disk.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TestWorkersAttribute() : PropertyAttribute(PropertyNames.LevelOfParallelism, Environment.ProcessorCount * 2);
