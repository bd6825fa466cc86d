using MindDsl.Backends.CText;
using MindDsl.Backends.Loops;
using MindDsl.Ir;

namespace MindDsl.Backends.Devices;

/// <content>Operations.</content>
internal sealed partial class DevicePlanner
{
    /// <summary>The most operations of an element that is computed where it is read.</summary>
    private const int MostOperations = 250;

    /// <summary>Operations of an element of tensors that are not in memory.</summary>
    private readonly Dictionary<Value, int> _operations = [];

    /// <summary>Tensors that may be overwritten after their last read.</summary>
    private readonly HashSet<Value> _overwritable = [];

    private void Emit(Let let, BlockPlan plan, int at)
    {
        if (_done.Remove(let.Targets[0])) return;
        switch (let.Expr)
        {
            case Apply apply when let.Targets[0].Tensor.Rank == 0 && apply.Op is not (Contract or Ir.Reduce or ArgReduce or Fold or Ir.Scatter):
                ScalarOperation(let.Targets[0], Nests.Element(let, 0));
                break;
            case Apply or Build when Nests.IsMap(let):
                for (int k = 0; k < let.Targets.Count; k++) Map(let, k, plan);
                break;
            case Apply { Op: Ir.Scatter } apply:
                Scatter(let.Targets[0], apply, plan, at);
                break;
            case Apply apply:
                Combine(let.Targets[0], apply);
                break;
            case Undefined when let.Targets[0].Type is TensorType { Rank: > 0 }:
                PlaceFor(let.Targets[0]);
                break;
            case Undefined when let.Targets[0].Type is TensorType:
                _values[let.Targets[0]] = new Location.Local("0");
                if (!_inKernel) _exports.Add((let.Targets[0], "0"));
                break;
            case If or While or Scan or Build when _inKernel || _work.IsSerial(let):
                InKernel(let);
                break;
            case If choice:
                OnHost(let, choice);
                break;
            case While loop:
                OnHost(let, loop);
                break;
            case Ir.Scan scan:
                OnHost(let, scan);
                break;
            case Ir.Build build:
                OnHost(let, build);
                break;
            default:
                Object(let);
                break;
        }
    }

    /// <summary>An operation with one scalar result: on the host, or a variable of the kernel that is being written.</summary>
    private void ScalarOperation(Value target, VirtualTensor element)
    {
        var lowering = new Lowering(new NodeGraph(), this);
        var node = element(lowering, []);
        if (!_inKernel && _host.Contains(target))
        {
            int register = _registers++;
            _steps.Add(new ComputeStep(register, HostScalar.Function(node, k =>
            {
                var value = lowering.Slots[k]!;
                int from = ((Location.Register)_values[value]).Index;
                return r => HostScalar.Of(value.Tensor.DType, r[from]);
            })));
            _values[target] = new Location.Register(register);
            return;
        }
        Kernel();
        var text = new NodeText(k => SlotText(_kernel!, lowering.Slots[k]!, named: false));
        Local(target, text.Value(_scope!, node));
    }

    /// <summary>A variable of the kernel that is being written holds a scalar.</summary>
    private void Local(Value target, string value)
    {
        string name = _scope!.Define(CType.Of(target.Tensor.DType), value);
        _values[target] = new Location.Local(name);
        if (!_inKernel) _exports.Add((target, name));
    }

    private void Map(Let let, int result, BlockPlan plan)
    {
        var target = let.Targets[result];
        if (target.Tensor.Rank == 0) ScalarOperation(target, Nests.Element(let, result));
        else if (let.Expr is Apply { Op: Reshape } reshape && reshape.Arguments[0] is Value { Type: TensorType { Rank: > 0 } } source && _values.TryGetValue(source, out var known) && plan.IsVirtual(target))
            _values[target] = known;
        else if (plan.IsVirtual(target) && !IsLong(let, target)) _virtual[target] = Nests.Element(let, result);
        else Run(NestBuilder.Map(target.Tensor, this, Nests.Element(let, result)), PlaceFor(target));
    }

    /// <summary>True if the loop that reads a tensor that is not in memory would have too many operations.</summary>
    private bool IsLong(Let let, Value target)
    {
        int operations = 1;
        Scope.Reads(let, v => operations += _operations.GetValueOrDefault(v));
        if (operations > MostOperations) return true;
        _operations[target] = operations;
        return false;
    }

    /// <summary>Reductions and contractions.</summary>
    private void Combine(Value target, Apply apply)
    {
        var types = apply.Arguments.Map(a => a.Tensor);
        if (apply.Op is Fold fold && NestBuilder.Fold(target.Tensor, fold, apply.Arguments[0], this) is { } moved)
        {
            var to = PlaceFor(target);
            if (types[0].Shape.Size != target.Tensor.Shape.Size)
                Run(NestBuilder.Map(target.Tensor, this, (lowering, _) => lowering.Graph.Constant(Literal.Of(target.Tensor.DType, 0L))), to);
            Run(moved, to);
            return;
        }
        if (apply.Op is Contract contract && TryMultiply(target, contract, apply.Arguments)) return;
        Sum(target, apply);
    }

    /// <summary>Reductions and contractions with kernels.</summary>
    private void Sum(Value target, Apply apply, Place? place = null)
    {
        var types = apply.Arguments.Map(a => a.Tensor);
        var law = (ElementLaw.Reduce)apply.Op.Law(types);
        var nest = NestBuilder.Reduce(target.Tensor, law, this, (lowering, space, reduced) =>
        {
            var body = lowering.Lower(law.Body, space, reduced, apply.Arguments, check: false);
            return apply.Op is Contract && body is { Kind: NodeKind.Compute, Intrinsic: Intrinsic.Mul, Type.IsFloat: true }
                ? lowering.Graph.MultiplyAdd(body.Operands[0], body.Operands[1], lowering.Graph.Constant(Literal.Of(body.Type, 0L)))
                : body;
        });
        if (target.Tensor.Rank > 0)
        {
            Run(nest, place ?? PlaceFor(target));
            return;
        }
        if (_inKernel || _work.IsSmall(nest.Work))
        {
            Kernel();
            string sum = _scope!.Declare(CType.Of(target.Tensor.DType));
            var text = new NestText(nest, k => SlotText(_kernel!, nest.Slots[k]!, named: false));
            _scope.Block("", CScopeKind.Root, scope =>
            {
                var accumulator = text.Begin(scope);
                text.Loops(scope, nest.Reduced, inner => text.Accumulate(inner, accumulator));
                scope.Add($"{sum} = {accumulator.Result};");
            });
            _values[target] = new Location.Local(sum);
            if (!_inKernel) _exports.Add((target, sum));
            return;
        }
        Flush();
        var cell = _arena.Take(sizeof(long));
        Run(nest, Place.At(cell.Start));
        _values[target] = new Location.Cell(Place.At(cell.Start));
        _owned[target] = cell;
    }

    private void Scatter(Value target, Apply apply, BlockPlan plan, int at)
    {
        var law = (ElementLaw.Scatter)apply.Op.Law(apply.Arguments.Map(a => a.Tensor));
        var source = PlaceOf(apply.Arguments[0]);
        Place place;
        if (apply.Arguments[0] is Value old && plan.Binds(old) && plan.LastRead(old) <= at && !_wanted.ContainsKey(target) && (_owned.ContainsKey(old) || _overwritable.Contains(old)))
        {
            place = source;
            if (_owned.Remove(old, out var buffer)) _owned[target] = buffer;
            else _overwritable.Add(target);
            _values[target] = new Location.Stored(place);
        }
        else
        {
            place = PlaceFor(target);
            Copy(place, source, target.Tensor);
        }
        var nest = NestBuilder.Scatter(target, law, this, apply.Arguments);
        if (_inKernel || _work.IsSmall(nest.Work) || target.Tensor.Shape.Size.Value == 0)
        {
            Serial(nest, place);
            return;
        }
        Flush();
        Parallel(k => _kernels.Scatter(nest, law, target, this, apply.Arguments, k), nest.TargetType, place);
    }

    /// <summary>Runs a nest: in the kernel that is being written if it is small, else as kernels of its own.</summary>
    private void Run(Nest nest, Place target)
    {
        if (nest.Space.Any(l => nest.Extent(l) == 0)) return;
        if (_inKernel || _work.IsSmall(nest.Work))
        {
            Serial(nest, target);
            return;
        }
        Flush();
        long parts = _kernels.Parts(nest);
        if (parts == 1)
        {
            Parallel(slots => _kernels.Kernel(nest, slots), nest.TargetType, target, nest);
            return;
        }
        long results = nest.Space.Aggregate(1L, (n, l) => n * nest.Extent(l));
        var buffer = _arena.Take(results * parts * nest.TargetType.Size);
        _temporaries.Add(buffer);
        Parallel(slots => _kernels.Kernel(nest, slots, parts), nest.TargetType, Place.At(buffer.Start), nest);
        Launch(_kernels.Parts(nest, results, parts,
            kernel => kernel.Pointer(nest.TargetType, Place.At(buffer.Start), named: true), kernel => kernel.Pointer(nest.TargetType, target, named: true)));
    }

    private void Serial(Nest nest, Place target)
    {
        Kernel();
        new NestText(nest, k => nest.Slots[k] is { } value ? SlotText(_kernel!, value, named: false) : _kernel!.Pointer(nest.TargetType, target, named: false)).Serial(_scope!);
    }

    private void Parallel(Func<NestKernels.SlotText, SizedKernel?> kernel, DType type, Place target, Nest? described = null)
    {
        if (kernel((text, nest, k) => nest.Slots[k] is { } value ? SlotText(text, value, named: true) : text.Pointer(type, target, named: true)) is { } sized) Launch(sized, described);
    }

    /// <summary>Copies a tensor.</summary>
    private void Copy(Place to, Place from, TensorType type)
    {
        long bytes = BytesOf(type);
        if (to == from || bytes == 0) return;
        if (!_inKernel && !_work.IsSmall(type.Shape.Size.Value))
        {
            Add(new CopyStep(to, from, bytes));
            return;
        }
        var kernel = Kernel();
        string index = _scope!.Names.New();
        var (target, source) = (kernel.Pointer(type.DType, to, named: false), kernel.Pointer(type.DType, from, named: false));
        _scope.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"for ({NestText.IndexType(type.Shape.Size.Value)} {index} = 0; {index} < {type.Shape.Size.Value}; {index}++) {target}[{index}] = {source}[{index}];"));
    }
}
