using MindDsl.Backends.Cuda;
using MindDsl.Backends.Devices;
using MindDsl.Backends.OpenCl;
using MindDsl.Ir;
using MindDsl.Tests.Backends.Cuda;
using MindDsl.Tests.Dsl;
using Xunit;
using static MindDsl.Mind;

namespace MindDsl.Tests.Backends.Devices;

public class ProgramCacheTests
{
    private const string Kernel = "KERNEL(k)(GLOBAL u8* m)\n{\n}\n";

    [Fact]
    public void Code_is_found_by_all_that_it_depends_on_and_by_nothing_else()
    {
        using var folder = new TempFolder();
        var cache = new ProgramCache(folder["programs"]);
        string[] keys = [ProgramCache.Key("a", "b"), ProgramCache.Key("ab", ""), ProgramCache.Key("", "ab"), ProgramCache.Key("a", "b", ""), ProgramCache.Key("b", "a")];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(ProgramCache.Key("a", "b"), keys[0]);
        Assert.Null(cache.Find(keys[0]));
        for (int k = 0; k < keys.Length; k++) cache.Keep(keys[k], [(byte)k, 7]);
        for (int k = 0; k < keys.Length; k++) Assert.Equal([(byte)k, 7], cache.Find(keys[k]));
        cache.Keep(keys[0], []);
        Assert.Empty(cache.Find(keys[0])!);
        cache.Forget(keys[0]);
        Assert.Null(cache.Find(keys[0]));
    }

    [Fact]
    public void A_damaged_file_counts_as_missing_and_is_replaced()
    {
        using var folder = new TempFolder();
        var cache = new ProgramCache(folder.Path);
        string key = ProgramCache.Key("x");
        byte[] code = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        cache.Keep(key, code);
        string path = Assert.Single(Directory.GetFiles(folder.Path));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7) Damaged(whole[..length]);
        for (int at = 0; at < whole.Length; at += 5)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 1;
            Damaged(changed);
        }

        void Damaged(byte[] file)
        {
            File.WriteAllBytes(path, file);
            Assert.Null(cache.Find(key));
            Assert.False(File.Exists(path));
            cache.Keep(key, code);
            Assert.Equal(code, cache.Find(key));
        }
    }

    [Fact]
    public void What_was_not_used_for_longest_makes_room()
    {
        using var folder = new TempFolder();
        var cache = new ProgramCache(folder.Path, mostBytes: 4000);
        string[] keys = [.. Enumerable.Range(0, 6).Select(i => ProgramCache.Key(Text(i)))];
        for (int i = 0; i < keys.Length; i++)
        {
            cache.Keep(keys[i], new byte[1000]);
            if (cache.Find(keys[0]) is null) Assert.Fail("what is used stays");
            // Files of one moment have no order.
            foreach (string path in Directory.GetFiles(folder.Path)) File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(-10));
        }
        Assert.Equal([true, false, false, false, true, true], keys.Select(k => cache.Find(k) is not null));
        Assert.True(new DirectoryInfo(folder.Path).GetFiles().Sum(f => f.Length) <= 4000);
    }

    [Fact]
    public void What_a_process_left_unfinished_goes_after_a_while()
    {
        using var folder = new TempFolder();
        var (old, young) = (folder["a.code.1.tmp"], folder["b.code.2.tmp"]);
        File.WriteAllText(old, "");
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        new ProgramCache(folder.Path).Keep(ProgramCache.Key("x"), [1]);
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public void Many_that_keep_and_find_at_once_see_whole_code_only()
    {
        using var folder = new TempFolder();
        string[] keys = [.. Enumerable.Range(0, 4).Select(i => ProgramCache.Key(Text(i)))];
        Parallel.For(0, 200, n =>
        {
            // A cache of its own each, as processes have.
            var cache = new ProgramCache(folder.Path, mostBytes: 40_000);
            string key = keys[n % keys.Length];
            if (n % 3 == 0) cache.Keep(key, Enumerable.Repeat((byte)(n % keys.Length), 10_000).ToArray());
            else if (cache.Find(key) is { } code) Assert.Equal(Enumerable.Repeat((byte)(n % keys.Length), 10_000), code);
        });
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_error()
    {
        using var folder = new TempFolder();
        var cache = new ProgramCache(folder.Write("file", [1]));
        cache.Keep(ProgramCache.Key("x"), [1]);
        Assert.Null(cache.Find(ProgramCache.Key("x")));
    }

    [Fact]
    public void The_variable_names_the_folder_or_switches_the_cache_off()
    {
        string? Resolve(params (string Name, string Value)[] variables) => ProgramCache.Resolve(variables.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault, isWindows: false);
        Assert.Equal(Path.GetFullPath("here"), Resolve((ProgramCache.Variable, "here"), ("HOME", "/home")));
        Assert.Null(Resolve((ProgramCache.Variable, "off")));
        Assert.Equal("/home/.cache/minddsl/programs", Resolve((ProgramCache.Variable, ""), ("HOME", "/home")));
    }

    [Fact]
    public void Programs_of_CUDA_are_compiled_once_and_again_if_the_driver_does_not_take_them()
    {
        using var folder = new TempFolder();
        var cuda = new FakeCuda();
        using (var device = CudaDevice.Open(new(cuda.Driver, cuda.Nvrtc, cuda.Blas, new ProgramCache(folder.Path)), 0))
        using (var queue = new CudaQueue(device, CudaOptions.Default))
        {
            int Compiled(string source)
            {
                int before = cuda.Calls.Log.Count;
                queue.Build(source).Dispose();
                return cuda.Calls.Names.Skip(before).Count(n => n == "nvrtcCompileProgram");
            }
            Assert.Equal([1, 0, 1, 0], [Compiled(Kernel), Compiled(Kernel), Compiled("\n" + Kernel), Compiled(Kernel)]);
            int start = cuda.Calls.Log.Count;
            Assert.Equal(0, Compiled(Kernel));
            int load = cuda.Calls.Names.Skip(start).ToList().IndexOf("cuModuleLoadDataEx");
            cuda.Calls.Failure = (cuda.Calls.Log.Count + load, 200);
            Assert.Equal(1, Compiled(Kernel));
            Assert.Equal("cuModuleLoadDataEx", cuda.Calls.Failed);
        }
        Assert.Empty(cuda.Calls.Live);
    }

    [Fact]
    public void Programs_of_OpenCL_are_kept_and_compiled_again_if_the_driver_does_not_take_them()
    {
        _ = Support.OpenCl.Backend(0);
        using var folder = new TempFolder();
        var cache = new ProgramCache(folder.Path);
        float[] Run()
        {
            using var scope = Use(OpenClDeviceProvider.Open(0, null, cache));
            return Fn((Tensor x) => (x * 2 + 1).Sum(0, false) * x.Exp())(Tensor.Of([0f, 1, 2])).ToArray<float>();
        }
        float[] first = Run();
        string[] files = Directory.GetFiles(folder.Path);
        Assert.SkipWhen(files.Length == 0, "the driver does not give its code away");
        Assert.Equal(first, Run());
        Assert.Equal(files, Directory.GetFiles(folder.Path));
        foreach (string file in files)
        {
            string key = Path.GetFileNameWithoutExtension(file);
            cache.Keep(key, [1, 2, 3]);
            Assert.Equal(first, Run());
            Assert.NotEqual([1, 2, 3], cache.Find(key)!);
        }
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
